"""Claims: who says, thinks, wants or denies what, signalled by which words."""
