namespace Mandate.Credentials;

/// <summary>A secret store could not be read. The message says why and what to do, and holds nothing the store wrote.</summary>
public sealed class SecretStoreException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Why, and what to do; never a value.</param>
    /// <param name="isTransient">Whether trying again later, with nothing changed, may succeed.</param>
    /// <param name="inner">What caused it.</param>
    public SecretStoreException(string message, bool isTransient, Exception? inner = null)
        : base(message, inner) => IsTransient = isTransient;

    /// <summary>Whether trying again later, with nothing changed, may succeed.</summary>
    public bool IsTransient { get; }
}
