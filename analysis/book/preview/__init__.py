"""The build for machines without Quarto: Jupyter, Pandoc and Typst, nothing else."""
