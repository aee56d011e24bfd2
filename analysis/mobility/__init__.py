"""Study 1: upward mobility of poor children by commuting zone."""
