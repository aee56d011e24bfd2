"""Why the models say what they say, whom they serve badly, and what goes with mobility."""
