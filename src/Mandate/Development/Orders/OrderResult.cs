namespace Mandate.Development.Orders;

/// <summary>What became of an order.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="ApprovedBy">Who approved it.</param>
/// <param name="Receipts">What its steps did.</param>
internal sealed record OrderResult(string OrderId, string ApprovedBy, IReadOnlyList<StepReceipt> Receipts);
