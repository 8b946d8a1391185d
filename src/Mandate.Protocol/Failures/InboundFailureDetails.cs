using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

internal sealed class InboundFailureDetails(Payloads? payloads, IPayloadConverter payloadConverter) : FailureDetails
{
    private readonly IReadOnlyList<Payload> _payloads = payloads.OrEmpty();

    public override int Count => _payloads.Count;

    public override T ElementAt<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _payloads.Count);
        return payloadConverter.ToValue<T>(_payloads[index]);
    }

    internal override Payloads? ToPayloads(IPayloadConverter converter) => _payloads.Count == 0 ? null : new Payloads { Payloads_ = { _payloads } };
}
