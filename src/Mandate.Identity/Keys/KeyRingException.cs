namespace Mandate.Identity.Keys;

/// <summary>The key ring cannot be used. The message says why and what to do; it holds nothing of the keys.</summary>
public sealed class KeyRingException(string message, Exception? inner = null) : IOException(message, inner);
