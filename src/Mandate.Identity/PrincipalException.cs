namespace Mandate.Identity;

/// <summary>Something cannot be a principal. The message says what is wrong with it without repeating it.</summary>
public sealed class PrincipalException(string message) : ArgumentException(message);
