namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>What came back, and for whom each part acted.</summary>
public sealed record EchoResult(string Text, string ActivityActsFor, string WorkflowActsFor);
