using Mandate.Protocol.Conversion;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful;

/// <summary>A <see cref="StatefulWorkflow"/> with state of its own that survives continue-as-new.</summary>
/// <typeparam name="TState">The state: a class that the worker's converter can write and read. It travels as a surplus argument of the run that continues, so a codec seals it.</typeparam>
public abstract class StatefulWorkflow<TState> : StatefulWorkflow
    where TState : class, new()
{
    /// <summary>Takes the state over from the run before, or starts with a new one. What only a run before can hand on is not taken from who starts the workflow.</summary>
    protected StatefulWorkflow() => State = Node.IsContinued && OwnArgument.Find(Workflow.Info.RawArguments, OwnArgument.State) is { } payload ? Workflow.PayloadConverter.ToValue<TState>(payload) : new();

    /// <summary>The state. Change it as you like; what it is when the workflow continues as new is what the next run begins with.</summary>
    protected TState State { get; }

    internal override RawPayload? SaveState() => OwnArgument.Mark(Workflow.PayloadConverter.ToPayload(State), OwnArgument.State);
}
