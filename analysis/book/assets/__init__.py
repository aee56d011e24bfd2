"""What pages load or tools need beside the chapters."""
