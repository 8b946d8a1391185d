using Google.Protobuf;
using Mandate.Gateway.Calls;
using Mandate.Protocol;

namespace Mandate.Gateway.Auditing;

/// <summary>
/// Records what workers report of the end of runs and of their steps, before the engine hears of it, so that nothing ends unrecorded. A report the engine then refuses is recorded as a
/// failure. No payload and no failure's text comes into the ledger.
/// </summary>
internal sealed class ReportStage(GatewayAudit audit)
{
    public RpcHandler Wrap(RpcHandler next) => call => WorkerReport.Of(call.Request) is { } report ? RecordAsync(next, call, report) : next(call);

    private async Task<IMessage> RecordAsync(RpcHandler next, RpcCall call, WorkerReport report)
    {
        var about = GatewayCall.Of(call);
        await audit.ReportAsync(call, about, report, refusal: null).ConfigureAwait(false);
        try
        {
            return await next(call).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            await audit.ReportAsync(call, about, report, $"engine:{e.Code}").ConfigureAwait(false);
            throw;
        }
    }
}
