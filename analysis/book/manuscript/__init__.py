"""Read chapters: what `_quarto.yml` says, chunks and prose, document trees."""
