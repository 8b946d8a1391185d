using Mandate.Identity;
using Mandate.Temporal.Workflows;

namespace Mandate.Development.Orders;

/// <summary>
/// DEVELOPMENT ONLY, the demonstration's workflow: reserves stock, waits a while, waits for somebody's approval, has the order shipped by a child on another task queue, takes the money.
/// </summary>
[Workflow(TypeName)]
internal sealed class OrderWorkflow
{
    /// <summary>Name of the workflow type.</summary>
    public const string TypeName = "DemoOrder";

    /// <summary>Its task queue.</summary>
    public const string TaskQueue = "demo-orders";

    /// <summary>Name of the signal.</summary>
    public const string ApproveSignal = "approve";

    /// <summary>How long a customer may change their mind.</summary>
    public static readonly TimeSpan Reflection = TimeSpan.FromSeconds(2);

    private static readonly ActivityOptions Activity = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };
    private string? _approvedBy;

    /// <summary>Runs an order to its end.</summary>
    [WorkflowRun]
    public async Task<OrderResult> RunAsync(Order order)
    {
        var reserved = await Workflow.ExecuteActivityAsync((OrderActivities a) => a.ReserveStockAsync(order), Activity);
        await Workflow.DelayAsync(Reflection);
        await Workflow.WaitConditionAsync(() => _approvedBy is not null);
        var shipped = await Workflow.ExecuteChildWorkflowAsync(
            (ShippingWorkflow w) => w.RunAsync(order), new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/shipping", TaskQueue = ShippingWorkflow.TaskQueue });
        var paid = await Workflow.ExecuteActivityAsync((OrderActivities a) => a.TakePaymentAsync(order), Activity);
        return new(order.OrderId, _approvedBy!, [reserved, shipped, paid]);
    }

    /// <summary>Approves the order; who does so is the signal's verified sender.</summary>
    [WorkflowSignal(ApproveSignal)]
    public Task ApproveAsync()
    {
        _approvedBy = Principal.CurrentActor.ToString();
        return Task.CompletedTask;
    }
}
