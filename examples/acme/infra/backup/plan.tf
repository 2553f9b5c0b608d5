# The backup plan that BK-001 describes. Shortened for the example.

resource "aws_backup_plan" "production" {
  name = "production"

  rule {
    rule_name                = "continuous"
    target_vault_name        = "production"
    schedule                 = "cron(0 2 * * ? *)"
    enable_continuous_backup = true

    lifecycle {
      delete_after = 35
    }
  }

  rule {
    rule_name         = "daily-copy"
    target_vault_name = "production"
    schedule          = "cron(0 3 * * ? *)"

    lifecycle {
      delete_after = 35
    }

    copy_action {
      destination_vault_arn = var.backup_account_vault_arn

      lifecycle {
        delete_after = 90
      }
    }
  }
}

resource "aws_backup_selection" "production" {
  name         = "production"
  plan_id      = aws_backup_plan.production.id
  iam_role_arn = var.backup_role_arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "production"
  }
}
