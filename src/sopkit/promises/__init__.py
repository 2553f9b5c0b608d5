"""What SOPs and registers promise that others can contradict."""
