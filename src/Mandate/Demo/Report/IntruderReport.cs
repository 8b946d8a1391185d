namespace Mandate.Demo.Report;

/// <summary>How far those got who should get nowhere.</summary>
/// <param name="OtherTenantLists">Runs that a user of another tenant is shown in a list.</param>
/// <param name="OtherTenantAnswers">What that user is answered on the order, by call.</param>
/// <param name="ForgeryAnswer">What a worker is answered that put another principal onto a child.</param>
/// <param name="ForgeryFailedTheTask">Whether the run's history says why that task failed.</param>
/// <param name="ForgedChildExists">Whether the child was started all the same.</param>
internal sealed record IntruderReport(int OtherTenantLists, IReadOnlyDictionary<string, string> OtherTenantAnswers, string ForgeryAnswer, bool ForgeryFailedTheTask, bool ForgedChildExists);
