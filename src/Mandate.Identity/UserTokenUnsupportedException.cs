namespace Mandate.Identity;

/// <summary>The identity provider does not give tokens in users' names for this audience. The message says what to do.</summary>
public sealed class UserTokenUnsupportedException(string message, Exception? inner = null) : Exception(message, inner);
