"""What `sopkit doctor` finds in the set-up of a library: one file for each kind of thing that is looked at."""
