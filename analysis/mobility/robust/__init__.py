"""Would another sample, outcome or cohort have said something else?"""
