"""What a chunk calls: show, guard, cite."""
