"""Writing SOPs: mending them where a finding says how."""
