using Mandate.Temporal.Workflows;

namespace Mandate.Development.Orders;

/// <summary>DEVELOPMENT ONLY, the demonstration's child workflow: has an order shipped.</summary>
[Workflow(TypeName)]
internal sealed class ShippingWorkflow
{
    /// <summary>Name of the workflow type.</summary>
    public const string TypeName = "DemoShipping";

    /// <summary>Its task queue, another one than its parent's.</summary>
    public const string TaskQueue = "demo-shipping";

    /// <summary>Ships an order.</summary>
    [WorkflowRun]
    public Task<StepReceipt> RunAsync(Order order) => Workflow.ExecuteActivityAsync(
        (ShippingActivities a) => a.BookCarrierAsync(order), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
}
