"""Run the chapters and weave their outputs into them."""
