"""What leads to what: policies and risks to controls, these to SOPs, their steps, records and evidence."""
