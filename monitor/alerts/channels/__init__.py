"""The ways by which a message leaves. None knows another."""
