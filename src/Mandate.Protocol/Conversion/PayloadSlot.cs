using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>A place in a message that holds payloads.</summary>
/// <param name="Payloads">What it holds now.</param>
/// <param name="StandsAlone">True where exactly one payload fits.</param>
/// <param name="Replace">Puts other payloads there.</param>
internal readonly record struct PayloadSlot(IReadOnlyList<Payload> Payloads, bool StandsAlone, Action<IReadOnlyList<Payload>> Replace);
