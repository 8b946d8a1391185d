using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>One thing the machine tells the workflow instance: what history, or a cancellation, has made of its waits.</summary>
/// <remarks>Commands are told apart by the sequence number the instance gave them, per kind of command.</remarks>
internal abstract record WorkflowJob
{
    private WorkflowJob(JobOrder order) => Order = order;

    /// <summary>Where the job stands in an activation; jobs of one order keep the order in which they arose.</summary>
    internal JobOrder Order { get; }

    /// <summary>The run begins.</summary>
    internal sealed record Start(WorkflowExecutionStartedEventAttributes Attributes, Timestamp StartTime) : WorkflowJob(JobOrder.Start);

    /// <summary>The run was reset: randomness continues from another seed.</summary>
    internal sealed record Reseed(string RunId) : WorkflowJob(JobOrder.Reseed);

    /// <summary>A signal arrived.</summary>
    internal sealed record Signal(WorkflowExecutionSignaledEventAttributes Attributes) : WorkflowJob(JobOrder.Message);

    /// <summary>An update wants to be validated and run.</summary>
    internal sealed record Update(string ProtocolInstanceId, Request Request, bool RunValidator) : WorkflowJob(JobOrder.Message);

    /// <summary>The workflow is asked to cancel itself.</summary>
    internal sealed record Cancel(string Reason) : WorkflowJob(JobOrder.Resolution);

    /// <summary>A timer fired.</summary>
    internal sealed record FireTimer(uint Sequence) : WorkflowJob(JobOrder.Resolution);

    /// <summary>An activity ended; it failed when <paramref name="Failure"/> is set.</summary>
    internal sealed record ResolveActivity(uint Sequence, Payloads? Result, Failure? Failure) : WorkflowJob(JobOrder.Resolution);

    /// <summary>A local activity ended; it failed when <paramref name="Failure"/> is set.</summary>
    internal sealed record ResolveLocalActivity(uint Sequence, Payloads? Result, Failure? Failure, LocalRetry? Retry) : WorkflowJob(JobOrder.LocalResolution);

    /// <summary>A child was started as <paramref name="RunId"/>, exists already, or could not be started.</summary>
    internal sealed record ResolveChildStart(uint Sequence, string RunId, bool AlreadyStarted, Failure? Failure) : WorkflowJob(JobOrder.Resolution);

    /// <summary>A child ended; it failed when <paramref name="Failure"/> is set.</summary>
    internal sealed record ResolveChild(uint Sequence, Payloads? Result, Failure? Failure) : WorkflowJob(JobOrder.Resolution);

    /// <summary>A signal to another workflow was delivered, or not.</summary>
    internal sealed record ResolveExternalSignal(uint Sequence, Failure? Failure) : WorkflowJob(JobOrder.Resolution);

    /// <summary>A cancel request to another workflow was delivered, or not.</summary>
    internal sealed record ResolveExternalCancel(uint Sequence, Failure? Failure) : WorkflowJob(JobOrder.Resolution);
}
