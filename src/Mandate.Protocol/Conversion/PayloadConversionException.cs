using Mandate.Protocol.Failures;

namespace Mandate.Protocol.Conversion;

/// <summary>A value could not become a payload, or a payload not a value. The message names types and encodings, never the data.</summary>
public sealed class PayloadConversionException : TemporalException
{
    /// <summary>Creates the error.</summary>
    public PayloadConversionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
