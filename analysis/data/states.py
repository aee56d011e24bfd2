"""The 50 states and the District of Columbia: FIPS number, postal code and name."""

from __future__ import annotations

from types import MappingProxyType

_STATES = """
1 AL Alabama
2 AK Alaska
4 AZ Arizona
5 AR Arkansas
6 CA California
8 CO Colorado
9 CT Connecticut
10 DE Delaware
11 DC District of Columbia
12 FL Florida
13 GA Georgia
15 HI Hawaii
16 ID Idaho
17 IL Illinois
18 IN Indiana
19 IA Iowa
20 KS Kansas
21 KY Kentucky
22 LA Louisiana
23 ME Maine
24 MD Maryland
25 MA Massachusetts
26 MI Michigan
27 MN Minnesota
28 MS Mississippi
29 MO Missouri
30 MT Montana
31 NE Nebraska
32 NV Nevada
33 NH New Hampshire
34 NJ New Jersey
35 NM New Mexico
36 NY New York
37 NC North Carolina
38 ND North Dakota
39 OH Ohio
40 OK Oklahoma
41 OR Oregon
42 PA Pennsylvania
44 RI Rhode Island
45 SC South Carolina
46 SD South Dakota
47 TN Tennessee
48 TX Texas
49 UT Utah
50 VT Vermont
51 VA Virginia
53 WA Washington
54 WV West Virginia
55 WI Wisconsin
56 WY Wyoming
"""

_ROWS = [line.split(maxsplit=2) for line in _STATES.strip().splitlines()]

POSTAL_BY_FIPS = MappingProxyType({int(fips): postal for fips, postal, _ in _ROWS})
NAME_BY_POSTAL = MappingProxyType({postal: name for _, postal, name in _ROWS})
POSTAL_BY_NAME = MappingProxyType({name: postal for _, postal, name in _ROWS})

DIVISIONS = MappingProxyType(
    {
        "New England": ("Northeast", "CT ME MA NH RI VT"),
        "Middle Atlantic": ("Northeast", "NJ NY PA"),
        "East North Central": ("Midwest", "IL IN MI OH WI"),
        "West North Central": ("Midwest", "IA KS MN MO NE ND SD"),
        "South Atlantic": ("South", "DE DC FL GA MD NC SC VA WV"),
        "East South Central": ("South", "AL KY MS TN"),
        "West South Central": ("South", "AR LA OK TX"),
        "Mountain": ("West", "AZ CO ID MT NV NM UT WY"),
        "Pacific": ("West", "AK CA HI OR WA"),
    }
)
"""The nine divisions of the US Census Bureau: region and postal codes of each."""

DIVISION_BY_POSTAL = MappingProxyType(
    {state: name for name, (_, states) in DIVISIONS.items() for state in states.split()}
)
REGION_BY_POSTAL = MappingProxyType(
    {state: DIVISIONS[name][0] for state, name in DIVISION_BY_POSTAL.items()}
)
