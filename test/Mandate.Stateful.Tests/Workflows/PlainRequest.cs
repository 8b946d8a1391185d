namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Asks a plain workflow to start a child.</summary>
public sealed record PlainRequest(string Workflow, string Id);
