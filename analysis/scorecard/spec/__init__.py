"""What a survey specification may say, read with every error in words."""
