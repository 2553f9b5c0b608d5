"""Where ids stand: of SOPs, rows of registers, controls and anchors, in SOPs and in registers."""
