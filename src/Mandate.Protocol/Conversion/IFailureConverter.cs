using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Turns exceptions into the protocol's failures and back. Runs inside workflows, so it must be deterministic and free of I/O.</summary>
public interface IFailureConverter
{
    /// <summary>Converts an exception with its causes.</summary>
    Failure ToFailure(Exception exception, IPayloadConverter payloadConverter);

    /// <summary>Converts a failure with its causes; <paramref name="failure"/> stays unchanged.</summary>
    Exception ToException(Failure failure, IPayloadConverter payloadConverter);
}
