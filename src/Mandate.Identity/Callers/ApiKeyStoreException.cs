namespace Mandate.Identity.Callers;

/// <summary>The API keys cannot be read or changed. The message says why and what to do; it holds nothing of the keys.</summary>
public sealed class ApiKeyStoreException(string message, Exception? inner = null) : IOException(message, inner);
