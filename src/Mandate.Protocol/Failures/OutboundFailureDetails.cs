using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

internal sealed class OutboundFailureDetails(IReadOnlyCollection<object?> details) : FailureDetails
{
    private readonly object?[] _details = [.. details];

    public override int Count => _details.Length;

    public override T ElementAt<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _details.Length);
        return (T)_details[index]!;
    }

    internal override Payloads? ToPayloads(IPayloadConverter converter) => converter.ToPayloads(_details);
}
