"""What the original study printed about its correlations and labels.

Source: the original project report on mobility in minority communities, section
"EDA" (correlations with "am, 80-82 cohort", six decimals) and "Target Variable"
(label counts).
"""

CORRELATIONS = {
    "single_mothers": -0.717273,
    "gini_bottom99": -0.515863,
    "dropout_rate": -0.452038,
    "gini": -0.442331,
    "divorced": -0.282749,
    "violent_crime": -0.279754,
    "chinese_imports_growth": -0.239342,
    "manufacturing_share": -0.234218,
    "segregation_poverty": -0.229383,
    "income_segregation": -0.205594,
    "segregation_affluence": -0.181832,
    "urban": -0.177486,
    "student_teacher_ratio": -0.153896,
    "top1_share": -0.143141,
    "racial_segregation": -0.125677,
    "migration_inflow": -0.088848,
    "children": -0.059595,
    "population": -0.048672,
    "colleges_per_capita": -0.030182,
    "college_tuition": -0.017002,
    "migration_outflow": -0.007834,
    "income_per_capita": 0.021304,
    "college_graduation": 0.025494,
    "labor_force_participation": 0.088024,
    "tax_progressivity": 0.117350,
    "local_gov_spending": 0.173620,
    "eitc_exposure": 0.234195,
    "foreign_born": 0.238845,
    "school_spending": 0.270184,
    "local_tax_rate": 0.328672,
    "income_growth": 0.364858,
    "commute_under_15": 0.374832,
    "religious_share": 0.414512,
    "social_capital": 0.425657,
    "test_scores": 0.437098,
    "teen_labor_force": 0.444599,
    "middle_class": 0.519527,
    "cz": 0.550265,
    "married": 0.600963,
}

BINARY_COUNTS = {0: 246, 1: 232}
QUARTILE_COUNTS = {0: 120, 1: 119, 2: 119, 3: 120}
