namespace Mandate.Credentials.Vault.Keys;

/// <summary>The vault's keys cannot be used. The message says what to do.</summary>
public sealed class KeyRingException(string message, Exception? inner = null) : Exception(message, inner);
