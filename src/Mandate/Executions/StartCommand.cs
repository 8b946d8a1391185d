using System.Text.Json;

namespace Mandate.Executions;

/// <summary>What a caller wants to start.</summary>
/// <param name="WorkflowType">Name of the workflow type.</param>
/// <param name="WorkflowId">Id of the execution; null for a generated one.</param>
/// <param name="TaskQueue">Task queue; null for the type's default.</param>
/// <param name="Arguments">The workflow's arguments.</param>
/// <param name="IdempotencyKey">The caller's name for this attempt; the same key again gives the same run.</param>
internal sealed record StartCommand(string WorkflowType, string? WorkflowId, string? TaskQueue, IReadOnlyList<JsonElement> Arguments, string? IdempotencyKey);
