"""From the files of a survey to households as answer codes, weights, design and lines."""
