namespace Mandate.Gateway;

/// <summary>The file of the keys that seal task tokens cannot be used. Nothing works without it, so this is a reason not to start.</summary>
public sealed class TokenKeyException : Exception
{
    /// <summary>Creates the error.</summary>
    public TokenKeyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public TokenKeyException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
