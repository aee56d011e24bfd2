"""What a survey specification may say, read with every fault in words."""
