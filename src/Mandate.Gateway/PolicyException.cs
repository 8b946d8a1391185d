namespace Mandate.Gateway;

/// <summary>A policy file cannot be used. The message names the file, the place and what to do.</summary>
public sealed class PolicyException : Exception
{
    /// <summary>Creates the error.</summary>
    public PolicyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public PolicyException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
