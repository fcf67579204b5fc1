"""Where people and pipelines ask and act: the gate answered, and every act with its record."""
