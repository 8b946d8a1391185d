using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

/// <summary>Values that accompany a failure: as given where it was created, as payloads where it was received.</summary>
public abstract class FailureDetails
{
    /// <summary>No details.</summary>
    public static FailureDetails None { get; } = new OutboundFailureDetails([]);

    /// <summary>How many there are.</summary>
    public abstract int Count { get; }

    /// <summary>Reads one.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such detail.</exception>
    /// <exception cref="PayloadConversionException">A received detail cannot be read as that type.</exception>
    /// <exception cref="InvalidCastException">A detail created here is of another type.</exception>
    public abstract T ElementAt<T>(int index);

    internal abstract Payloads? ToPayloads(IPayloadConverter converter);
}
