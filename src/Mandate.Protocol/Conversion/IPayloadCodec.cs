using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Transforms payloads on their way to and from the service, such as compressing or encrypting them. Never runs inside workflow code.</summary>
/// <remarks>
/// Decoding must leave alone what the codec did not encode (recognised by the <c>encoding</c> metadata), since histories may hold both.
/// Payloads are shared: an implementation returns new ones and never changes those it was given.
/// </remarks>
public interface IPayloadCodec
{
    /// <summary>Encodes payloads. The number may change for a list of arguments; one payload alone (in a map, a result) must stay one.</summary>
    Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default);

    /// <summary>Reverses <see cref="EncodeAsync"/>.</summary>
    Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default);
}
