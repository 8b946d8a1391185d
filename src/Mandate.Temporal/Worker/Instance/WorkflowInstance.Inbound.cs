using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Worker.Instance;

/// <content>End of the inbound chain.</content>
internal sealed partial class WorkflowInstance
{
    private static async Task<object?> CallAsync(MethodCall call, object instance, object?[] arguments)
    {
        var task = (Task)call.Invoke(instance, arguments)!;
        await task.ConfigureAwait(true);
        return call.ResultOf(task);
    }

    private sealed class RootInbound(WorkflowInstance instance) : WorkflowInboundInterceptor
    {
        public override void Init(WorkflowOutboundInterceptor outbound) => instance._outbound = outbound;

        public override Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => CallAsync(instance.Definition.Run, input.Instance, input.Args);

        public override Task HandleSignalAsync(HandleSignalInput input) => CallAsync(input.Definition.Call, instance.Instance, input.Args);

        public override object? HandleQuery(HandleQueryInput input) => input.Definition.Call.Invoke(instance.Instance, input.Args);

        public override void ValidateUpdate(HandleUpdateInput input) => input.Definition.Validator?.Invoke(instance.Instance, input.Args);

        public override Task<object?> HandleUpdateAsync(HandleUpdateInput input) => CallAsync(input.Definition.Call, instance.Instance, input.Args);
    }
}
