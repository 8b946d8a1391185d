using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.History.V1;
using Mandate.Stateful.Sealing;
using Mandate.Stateful.Tree;

namespace Mandate.Stateful;

/// <summary>The address of the API that a workflow was started with, by its parent or among its arguments.</summary>
public static class StartAddress
{
    /// <summary>The host of that address, where a token may be sent that is set without hosts; null where there is none, or the payload codec has sealed it.</summary>
    /// <param name="started">The first event of the workflow's run.</param>
    public static AllowedHosts? HostsOf(WorkflowExecutionStartedEventAttributes started) => RawToken.HostsOf(
        TreePayload.ReadTree(started.Header?.Fields, withChildren: false)?.ApiUrl ?? TokenArguments.ApiUrlOf(started.Input));
}
