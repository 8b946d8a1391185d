using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Gateway.Stamping;

/// <summary>Why a workflow task's answer is not carried out.</summary>
/// <param name="Reason">Short code for the ledger.</param>
/// <param name="Message">For the worker and the history.</param>
/// <param name="Cause">For the history.</param>
/// <param name="Type">Type of the event.</param>
/// <param name="Action">What was attempted.</param>
/// <param name="TargetId">What it was attempted on.</param>
internal sealed record CommandRefusal(string Reason, string Message, WorkflowTaskFailedCause Cause, string Type, string Action, string TargetId);
