using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>A client that sends the headers it likes.</summary>
internal sealed class HeaderInterceptor(Func<string, IReadOnlyDictionary<string, Payload>> headers) : IClientInterceptor
{
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(nextInterceptor, headers);

    private sealed class Outbound(ClientOutboundInterceptor next, Func<string, IReadOnlyDictionary<string, Payload>> headers) : ClientOutboundInterceptor(next)
    {
        public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) =>
            base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = headers(input.Options.Id!) });

        public override Task SignalWorkflowAsync(SignalWorkflowInput input) => base.SignalWorkflowAsync(input with { Headers = headers(input.Id) });
    }
}
